// The HTTP cases that last as long as a bound does, with that bound shortened; `make conformance` waits for the real ones.
import { expect, it } from 'vitest';
import { CASES } from '../../conformance/cases.ts';
import { closeLanes, type Front, makeLanes } from '../../conformance/fronts/front.ts';
import { run } from '../../conformance/run.ts';
import { HOST, LimitWorld } from './world.testkit.ts';

const LONG = CASES.filter(({ full }) => full);
const PATIENCE = { ms: 20_000, full: false };

it(`is kept by ${LONG.map(({ id, name }) => `${id} ${name}`).join(', ')}`, async () => {
  const world = await LimitWorld.start({ headTimeoutMs: 500, bodyIdleMs: 500 });
  const lanes = await makeLanes(1);
  const [lane] = lanes as [Front['lanes'][0]];
  const { heard } = await world.agent({ [lane.open.split('.')[0]!]: `http://${HOST}:${lane.origin.port}` });
  await heard('exposed');
  const front: Front = {
    name: 'ours',
    port: world.port('http'),
    securePort: world.port('https'),
    http2Port: world.port('http'),
    lanes,
    pids: [process.pid],
    close: async () => {},
  };
  const results = await run(LONG, front, PATIENCE);
  expect(results.flatMap(({ differs }) => differs)).toEqual([]);
  closeLanes(lanes);
  await world.close();
});
