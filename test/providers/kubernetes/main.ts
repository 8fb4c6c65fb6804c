import { serve } from '../serve.ts';
import { KubernetesStandIn } from './provider.ts';

await serve(new KubernetesStandIn());
