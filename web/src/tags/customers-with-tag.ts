/** The table of customers, narrowed to those that have the tag. */
export function customersWithTag(tagId: string): string {
  return `/customers?filter=tags:in:${tagId}`;
}
