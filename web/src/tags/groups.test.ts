import { describe, expect, it } from 'vitest';
import type { Tag, TagGroup } from '../api/types';
import { inGroups } from './groups';

const group = (name: string) => ({ id: name, name, exclusive: false, etag: '1' }) as TagGroup;
const tag = (name: string, of: string) => ({ id: name, name, group: of, color: '', etag: '1' }) as Tag;

describe('inGroups', () => {
  it('keeps empty groups, puts tags without one last, and loses no tag whose group is still unknown', () => {
    const tags = [tag('loose', ''), tag('a', 'one'), tag('early', 'new'), tag('b', 'one')];
    const written = inGroups([group('two'), group('one')], tags).map(({ name, tags: members }) => [
      name,
      members.map((member) => member.name),
    ]);
    expect(written).toEqual([
      ['two', []],
      ['one', ['a', 'b']],
      ['new', ['early']],
      ['', ['loose']],
    ]);
  });
});
