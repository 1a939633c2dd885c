// The configuration file: found, readable, and right for `serve` and `connect`.
import { TunnelError } from '../../../contract/errors.ts';
import { exposureSpec } from '../../agent/specs.ts';
import { count } from '../../size.ts';
import { type Check, ok } from '../check.ts';

export const config: Check = {
  name: 'config',
  title: 'configuration',
  needs: [],
  async run(patient) {
    const { exposures = [], serve } = await patient.config();
    await patient.serveSettings();
    for (const exposure of exposures) {
      try {
        exposureSpec(exposure, process.cwd());
      } catch (error) {
        // Whether a directory is there is for the check of the local service.
        if (!(error instanceof TunnelError) || error.code !== 'TK-2008') throw error;
      }
    }
    if (patient.configFile === undefined) return ok('no file; the defaults count');
    return ok(
      `${patient.configFile}: ${count(exposures.length, 'exposure')}${serve ? ', and settings of a gateway' : ''}`,
    );
  },
};
