import { serve } from '../serve.ts';
import { GrafanaStandIn } from './provider.ts';

await serve(new GrafanaStandIn());
