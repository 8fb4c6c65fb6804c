/** @pulumi/pulumi ships this generated file without types. */
declare module '@pulumi/pulumi/proto/provider_grpc_pb.js' {
  import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

  const services: { ResourceProviderService: ServiceDefinition<UntypedServiceImplementation> };
  export default services;
}
