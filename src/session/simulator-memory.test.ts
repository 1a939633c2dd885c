import { simulatorSuite } from './simulator.suite.ts';

simulatorSuite('memory short', 500);
