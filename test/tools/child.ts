/** Run as a program of its own by the tests: obtains the tools named in TOOLS_JSON and prints the outcomes. */
import { obtainTools } from '../../tools/install.ts';

const outcomes = await obtainTools(JSON.parse(process.env.TOOLS_JSON ?? '{}'), { platform: 'linux-amd64' });
process.stdout.write(JSON.stringify(outcomes));
