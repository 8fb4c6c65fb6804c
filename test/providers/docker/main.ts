import { serve } from '../serve.ts';
import { DockerStandIn } from './provider.ts';

await serve(new DockerStandIn());
