import { simulatorSuite } from './simulator.suite.ts';

simulatorSuite('none', 800);
