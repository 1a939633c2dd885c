// The campaign of `make faults`, short: the executable under faults of every kind at every place, in a network of its own.
import { once } from 'node:events';
import { afterAll, expect, it } from 'vitest';
import { ROOT, World } from './program.testkit.ts';

const world = new World();
afterAll(() => world.close());

it('is byte-exact or visibly aborted under every kind of fault at every place, and leaves nothing behind', async () => {
  const env = {
    FAULTS_SECONDS: '150',
    FAULTS_ROUND: '60',
    FAULTS_BYTES: '0',
    FAULTS_COUNT: '0',
    FAULTS_LENGTH: '2000000',
    FAULTS_QUICK: '1',
  };
  const campaign = world.start('faults', process.execPath, [`${ROOT}/bin/faults.js`], env);
  campaign.child.stdout!.on('end', () => console.log(campaign.stdout));
  const [status] = (await once(campaign.child, 'close')) as [number];
  expect(campaign.stderr).toBe('');
  expect(campaign.stdout).toContain('nothing is wrong');
  expect(campaign.stdout).toMatch(/executable: sha256 [0-9a-f]{64}\nlimits: the defaults/);
  expect(status).toBe(0);
}, 300_000);
