// Records that somebody opened last, by id alone: their names are read again under the reader's own rights.

const KEPT = 8;

function placeOf(userId: string): string {
  return `cims.recent.${userId}`;
}

export function recentIds(userId: string): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(placeOf(userId)) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

export function noteRecent(userId: string, id: string): void {
  const next = [id, ...recentIds(userId).filter((other) => other !== id)].slice(0, KEPT);
  localStorage.setItem(placeOf(userId), JSON.stringify(next));
}
