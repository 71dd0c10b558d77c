import { describe, expect, it } from 'vitest';
import type { Problem } from '../api/types';
import { pathOf, placeErrors } from './field-errors';

function problem(...pointers: string[]): Problem {
  const errors = pointers.map((pointer) => ({ pointer, code: 'FORMAT', message: `wrong ${pointer}` }));
  return { type: 'about:blank', status: 400, code: 'INVALID', title: '', traceId: '', errors };
}

const form = {
  getFieldsError: () =>
    [['name'], ['phones'], ['phones', 0, 'number'], ['participants']].map((name) => ({
      name,
      errors: [],
      warnings: [],
    })),
};

describe('pathOf', () => {
  it('reads indices as numbers and undoes the escapes', () => {
    expect(pathOf('/phones/0/number')).toEqual(['phones', 0, 'number']);
    expect(pathOf('/a~1b/c~0d')).toEqual(['a/b', 'c~d']);
  });
});

describe('placeErrors', () => {
  it('puts an error at its field', () => {
    expect(placeErrors(problem('/phones/0/number'), form).fields).toEqual([
      { name: ['phones', 0, 'number'], errors: ['wrong /phones/0/number'] },
    ]);
  });

  it('puts an error inside a field at the field', () => {
    expect(placeErrors(problem('/participants/3', '/phones/7/number'), form).fields).toEqual([
      { name: ['participants'], errors: ['wrong /participants/3'] },
      { name: ['phones'], errors: ['wrong /phones/7/number'] },
    ]);
  });

  it('keeps what belongs to no field', () => {
    expect(placeErrors(problem('/etag', '/name'), form)).toEqual({
      fields: [{ name: ['name'], errors: ['wrong /name'] }],
      lines: ['wrong /etag'],
    });
  });
});
