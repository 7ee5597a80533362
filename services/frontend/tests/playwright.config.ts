import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testMatch: '*.spec.ts',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 180_000, // of a machine that does other things beside
  expect: { timeout: 45_000 },
  reporter: [['list', { printSteps: false }]],
  outputDir: path.join(tmpdir(), 'crm-frontend-results'),
  use: {
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1200, height: 760 },
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: process.env['CHROMIUM'] || '/usr/bin/chromium' },
  },
});
