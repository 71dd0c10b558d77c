import { type Browser, chromium, type Page } from 'playwright-core';
import en from '../src/messages/en.json';
import zh from '../src/messages/zh-CN.json';

/** The texts that a reader of the language sees, and how numbers are written there. */
export const SPEECHES = [
  { language: 'Chinese', locale: 'zh-CN', texts: zh },
  { language: 'English', locale: 'en', texts: en },
] as const;
export type Speech = (typeof SPEECHES)[number];

/** A setting that the story cannot do without. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: the story needs a running CIMS with demo data and no customers`);
  return value;
}

export async function launch(): Promise<Browser> {
  return await chromium.launch({
    executablePath: process.env.CIMS_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

interface Look {
  width?: number;
  appearance?: 'light' | 'dark';
  /** Of somebody who is no demo user. */
  password?: string;
  /** Another password has to be chosen before any page is shown. */
  firstTime?: boolean;
}

/** A browser of one's own for a demo user, signed in and at the home page, in the language that was chosen. */
export async function enter(
  browser: Browser,
  username: string,
  speech: Speech,
  look: Look = {},
): Promise<Page> {
  const page = await signedIn(browser, username, speech, look);
  await page.goto('/');
  if (!look.firstTime) await page.getByRole('banner').waitFor();
  return page;
}

/**
 * The same at no page yet, for who goes to another than the home page. The form and the switch of the language, which
 * account.test.ts goes through, are left out: what they do is done in the browser itself.
 */
export async function signedIn(
  browser: Browser,
  username: string,
  { locale }: Speech,
  look: Look = {},
): Promise<Page> {
  const { width = 1440, appearance = 'light', password = setting('CIMS_DEMO_PASSWORD') } = look;
  const context = await browser.newContext({
    baseURL: setting('CIMS_URL'),
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: appearance,
    // Nothing is to be waited for that only moves.
    reducedMotion: 'reduce',
    viewport: { width, height: 900 },
  });
  const page = await context.newPage();
  // Of the same origin, and nothing to load.
  await page.goto('/livez');
  const status = await page.evaluate(
    async ([language, body]) => {
      localStorage.setItem('cims.language', language);
      const headers = { 'Content-Type': 'application/json' };
      return (await fetch('/v1/sessions', { method: 'POST', headers, body })).status;
    },
    [locale, JSON.stringify({ username, password })] as const,
  );
  if (status !== 201) throw new Error(`${username} cannot sign in: ${status}`);
  return page;
}

/** The number that a named figure shows. */
export async function figure(page: Page, name: string): Promise<number> {
  const text = await page.getByRole('group', { name, exact: true }).innerText();
  const digits = /[\d,]+\s*$/.exec(text)?.[0] ?? '';
  return Number(digits.replaceAll(',', ''));
}

interface Listed {
  id: string;
  name: string;
}

/** Every customer that a signed-in person sees: the story picks from them, and counts them. */
export async function customersOf(page: Page): Promise<Listed[]> {
  const all: Listed[] = [];
  let pageToken = '';
  do {
    const response = await page.request.get('/v1/customers', { params: { pageSize: 500, pageToken } });
    const body = (await response.json()) as { customers: Listed[]; nextPageToken: string };
    all.push(...body.customers);
    pageToken = body.nextPageToken;
  } while (pageToken !== '');
  return all;
}

/** A customer that two characters of its name tell from all the others. */
export function withTellingCharacters(customers: Listed[]): Listed & { characters: string } {
  const counts = new Map<string, number>();
  for (const { name } of customers)
    for (const pair of pairsOf(name)) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  for (const customer of customers) {
    const characters = [...pairsOf(customer.name)].find((pair) => counts.get(pair) === 1);
    if (characters) return { ...customer, characters };
  }
  throw new Error('no customer has two characters of its own');
}

function pairsOf(name: string): Set<string> {
  return new Set([...name.matchAll(/(?=(\p{Script=Han}{2}))/gu)].map((match) => match[1] ?? ''));
}

/** What proves that a write comes from the signed-in person's own page. */
export async function csrf(page: Page): Promise<string> {
  const cookies = await page.context().cookies();
  return cookies.find(({ name }) => name === '__Host-cims-csrf')?.value ?? '';
}

/** A write by the signed-in person that a story needs and does not tell. */
export async function write<T>(page: Page, path: string, data: object): Promise<T> {
  const headers = {
    'X-CSRF-Token': await csrf(page),
    'Idempotency-Key': crypto.randomUUID(),
    'X-Allow-Duplicate': 'true',
  };
  const response = await page.request.post(path, { data, headers });
  if (!response.ok()) throw new Error(`${path}: ${response.status()} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Digits that no other run and no other file has: names and phones stay apart by them. */
export function telling(digits: number): string {
  told += 1;
  return String(Date.now() + told).slice(-digits);
}

let told = 0;
