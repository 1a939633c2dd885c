import { simulatorSuite } from './simulator.suite.ts';

simulatorSuite('drained', 500);
