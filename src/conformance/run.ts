// Plays cases at a front, several lanes at once, and judges what came of each.
import { type Case, differences, type Facts, TWIN } from './case.ts';
import type { Front, Lane } from './fronts/front.ts';
import { type Patience, Stage } from './stage.ts';

export interface Result {
  readonly facts: Facts;
  readonly twin: Facts | undefined;
  /** What is not as wanted; empty where the case passes. */
  readonly differs: readonly string[];
  readonly ms: number;
}

/** Results in the order of the cases: first all that may run beside others, then those that want the machine for themselves. */
export async function run(cases: readonly Case[], front: Front, patience: Patience): Promise<Result[]> {
  const results: Result[] = [];
  const numbered = cases.map((each, at) => ({ each, at }));
  // The last is taken first: those that take long begin at once.
  const beside = numbered.filter(({ each }) => !each.alone).sort((a, b) => slow(a.each) - slow(b.each));
  const alone = numbered.filter(({ each }) => each.alone);
  const work = (left: typeof numbered) => async (lane: Lane) => {
    for (let next = left.pop(); next !== undefined; next = left.pop())
      results[next.at] = await judge(next.each, () => new Stage(front, lane, patience));
  };
  await Promise.all(front.lanes.map(work(beside)));
  await work(alone)(front.lanes[0]!);
  return results;
}

const slow = ({ slow }: Case) => Number(slow ?? false);

async function judge({ play, twin, wants, code }: Case, stage: () => Stage): Promise<Result> {
  const startedAt = performance.now();
  const expected = stage().front.name === 'ours' && code !== undefined ? { ...wants, code } : wants;
  const facts = await played(play, stage());
  const other = twin && (await played(twin, stage()));
  const twins = other === undefined ? [] : differences(other, TWIN).map((text) => `twin: ${text}`);
  return {
    facts,
    twin: other,
    differs: [...differences(facts, expected), ...twins],
    ms: performance.now() - startedAt,
  };
}

async function played(play: Case['play'], stage: Stage): Promise<Facts> {
  try {
    return await play(stage);
  } catch (error) {
    return { broke: (error as Error).stack };
  } finally {
    await stage.clear();
  }
}
