import { Metadata, type ServerErrorResponse, status } from '@grpc/grpc-js';
import proto from '@pulumi/pulumi/proto/provider_pb.js';
import statusProto from '@pulumi/pulumi/proto/status_pb.js';
import anyProto from 'google-protobuf/google/protobuf/any_pb.js';
import structProto from 'google-protobuf/google/protobuf/struct_pb.js';
import type { Json } from './secrets.ts';

type Struct = InstanceType<typeof structProto.Struct>;

export function fromStruct(struct: Struct | undefined): Json {
  return (struct?.toJavaScript() ?? {}) as Json;
}

export function toStruct(value: Json): Struct {
  return structProto.Struct.fromJavaScript(value as Record<string, structProto.JavaScriptValue>);
}

/**
 * The error that tells the engine: the resource is there, but did not come up. Its details travel in a header
 * that the Go side of gRPC understands, because grpc-js has no field for them.
 */
export function initFailure(id: string, reason: string): Partial<ServerErrorResponse> & { code: number } {
  const detail = new proto.ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(toStruct({}));
  detail.setReasonsList([reason]);
  const any = new anyProto.Any();
  any.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const full = new statusProto.Status();
  full.setCode(status.UNKNOWN);
  full.setMessage(reason);
  full.addDetails(any);
  const metadata = new Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(full.serializeBinary()));
  return { code: status.UNKNOWN, details: reason, metadata };
}
