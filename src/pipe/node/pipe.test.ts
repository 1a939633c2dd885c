import { pipeSuite } from '../pipe.suite.ts';
import { tcpWorld, tlsWorld, unixWorld } from './worlds.testkit.ts';

pipeSuite(tcpWorld);
pipeSuite(unixWorld);
pipeSuite(tlsWorld);
