/** The table of customers, narrowed to those that have the tag. */
export function customersWithTag(tagId: string): string {
  return `/customers?tags=${tagId}`;
}
