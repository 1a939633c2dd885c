// `make abuse`, short: slow heads, bodies and readers of `slowhttptest`, and garbage; the gateway outlives them. Its figures are printed; they count on a quiet machine only.
import { once } from 'node:events';
import { afterAll, expect, it } from 'vitest';
import { ROOT, World } from './program.testkit.ts';

const world = new World();
afterAll(() => world.close());

it('slow visitors and strangers in crowds cost others no visit', async () => {
  const env = {
    ABUSE_ROUNDS: '1',
    ABUSE_SECONDS: '0.5',
    ABUSE_SLOW: '50',
    ABUSE_GARBAGE: '300',
    ABUSE_AT_ONCE: '300',
    ABUSE_PATIENCE: '1000',
  };
  const args = ['--disable-warning=ExperimentalWarning', `${ROOT}/bin/abuse.js`, 'slow', 'garbage'];
  const campaign = world.start('abuse', process.execPath, args, env);
  await once(campaign.child, 'close');
  console.log(campaign.stdout);
  expect(campaign.stderr).toBe('');
  for (const kind of ['heads', 'bodies', 'readers'])
    expect(campaign.stdout).toMatch(new RegExp(`slow ${kind} .* 50 connections.* 0 failed`));
  expect(campaign.stdout).toMatch(/garbage 300 connections .* 0 of \d+ failed/);
  expect(campaign.stdout).not.toContain('the gateway ended');
});
