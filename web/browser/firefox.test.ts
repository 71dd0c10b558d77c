import puppeteer, { type Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import zh from '../src/messages/zh-CN.json';
import { setting } from './people';

let browser: Browser;

beforeAll(async () => {
  // Over WebDriver BiDi, which Firefox speaks itself: no driver in between.
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.CIMS_FIREFOX ?? '/usr/bin/firefox-esr',
    defaultViewport: { width: 1440, height: 900 },
  });
});

afterAll(async () => {
  await browser.close();
});

describe('Firefox', () => {
  it('signs in, finds a customer and opens it', async () => {
    const page = await browser.newPage();
    await page.goto(setting('CIMS_URL'));
    await page.locator('#username').fill('admin');
    await page.locator('#password').fill(setting('CIMS_DEMO_PASSWORD'));
    await page.locator('button[type=submit]').click();
    await page.locator(`nav[aria-label="${zh.app.menu}"]`).wait();

    const customer = await page.evaluate(async (name) => {
      const csrf = document.cookie.match(/__Host-cims-csrf=([^;]+)/)?.[1] ?? '';
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
      const body = JSON.stringify({ name, type: 'ENTERPRISE', phones: [{ number: '13800138000' }] });
      const url = '/v1/customers';
      const made = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'X-Allow-Duplicate': 'true' },
        body,
      });
      return (await made.json()) as { id: string; name: string };
    }, `Firefox ${Date.now()}`);

    await page.locator(`input[aria-label="${zh.search.label}"]`).fill(customer.name);
    await page
      .locator(
        `::-p-xpath(//*[@role="option" or contains(@class, "option")][contains(., "${customer.name}")])`,
      )
      .click();
    await page.locator(`::-p-xpath(//h1[contains(., "${customer.name}")])`).wait();
    expect(new URL(page.url()).pathname).toBe(`/customers/${customer.id}`);
  });
});
