import { simulatorSuite } from './simulator.suite.ts';

simulatorSuite('link lost', 500);
