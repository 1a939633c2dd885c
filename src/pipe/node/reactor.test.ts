import { limitValues } from '../../contract/limits.ts';
import { reactorSuite } from '../reactor.suite.ts';
import { untilInTurns } from '../world.testkit.ts';
import { makeNodeReactor } from './reactor.ts';

reactorSuite({ name: 'node', make: () => ({ reactor: makeNodeReactor(limitValues()), until: untilInTurns }) });
