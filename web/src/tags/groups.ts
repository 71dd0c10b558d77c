import type { Tag, TagGroup } from '../api/types';

export interface GroupOfTags {
  name: string;
  /** Absent for the tags that have none. */
  group?: TagGroup;
  tags: Tag[];
}

/** Every group with its tags, empty ones too, in the order of the groups; what belongs to none comes last. */
export function inGroups(groups: TagGroup[], tags: Tag[]): GroupOfTags[] {
  const tagsOf = (name: string) => tags.filter(({ group }) => group === name);
  const known = groups.map((group): GroupOfTags => ({ name: group.name, group, tags: tagsOf(group.name) }));
  const names = new Set(['', ...groups.map(({ name }) => name)]);
  // A tag may be told of before its new group is.
  const early = new Set(tags.map(({ group }) => group).filter((name) => !names.has(name)));
  const unknown = [...early].map((name) => ({ name, tags: tagsOf(name) }));
  const loose = { name: '', tags: tagsOf('') };
  return [...known, ...unknown, ...(loose.tags.length > 0 ? [loose] : [])];
}
