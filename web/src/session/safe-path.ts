/** Only paths of our own: the address could name any site. */
export function safePath(path: string | null): string {
  return path?.startsWith('/') && !path.startsWith('//') && !path.startsWith('/\\') ? path : '/';
}
