import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from './en.json';
import zh from './zh-CN.json';

const SOURCES = sources(join(import.meta.dirname, '..'));

/** Keys asked for with a part that is known only at run time: t(`interaction.method.${method}`). */
const PREFIX = /\bt\(\s*`([\w.]+\.)\$\{/g;
/** Every text that has the form of a key: t('a.b'), t(open ? 'a.b' : 'a.c'), and keys handed on. */
const LITERAL = /'([a-z]\w*(?:\.\w+)+)'/g;
const CALL = /\bt\(\s*'([\w.]+)'/g;

describe('messages', () => {
  const keys = flatten(zh);

  it('has the same keys in both languages', () => {
    expect(flatten(en)).toEqual(keys);
  });

  it('has the same placeholders in both languages', () => {
    const english = new Map(texts(en));
    const different = texts(zh).filter(([key, text]) => names(text) !== names(english.get(key) ?? ''));
    expect(different).toEqual([]);
  });

  it('has every key that a source asks for', () => {
    const asked = SOURCES.flatMap(({ text }) => matches(text, CALL));
    expect(asked.filter((key) => !keys.includes(key))).toEqual([]);
    const prefixes = SOURCES.flatMap(({ text }) => matches(text, PREFIX));
    expect(prefixes.filter((prefix) => !keys.some((key) => key.startsWith(prefix)))).toEqual([]);
  });

  it('has no key that nothing asks for', () => {
    const literals = new Set(SOURCES.flatMap(({ text }) => matches(text, LITERAL)));
    const prefixes = SOURCES.flatMap(({ text }) => matches(text, PREFIX));
    const unused = keys.filter(
      (key) => !literals.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });

  it('holds all the Chinese there is', () => {
    const chinese = SOURCES.filter(({ text }) => /\p{Script=Han}/u.test(text)).map(({ path }) => path);
    expect(chinese).toEqual([]);
  });
});

function sources(folder: string): { path: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|d)\.tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

function texts(messages: object, prefix = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]: [string, string | object]) =>
    typeof value === 'string'
      ? [[prefix + key, value] as [string, string]]
      : texts(value, `${prefix}${key}.`),
  );
}

function flatten(messages: object): string[] {
  return texts(messages)
    .map(([key]) => key)
    .toSorted();
}

function names(text: string): string {
  return matches(text, /\{\{(\w+)\}\}/g)
    .toSorted()
    .join(' ');
}
