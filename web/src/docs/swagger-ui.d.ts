declare module 'swagger-ui-dist' {
  /** Draws the document at the address into the element with the id. */
  export function SwaggerUIBundle(options: Record<string, unknown>): unknown;
}
