import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import pluginProto from '@pulumi/pulumi/proto/plugin_pb.js';
import services from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import proto from '@pulumi/pulumi/proto/provider_pb.js';
import emptyProto from 'google-protobuf/google/protobuf/empty_pb.js';
import { NotHealthyError } from '../process/apply.ts';
import { cancelWaits } from '../process/wait.ts';
import type { Change } from './diff.ts';
import { fromStruct, initFailure, toStruct } from './messages.ts';
import { process as resource } from './resource.ts';

/**
 * The provider behind the package `local`, served to the Pulumi engine over gRPC with the engine's own message
 * types. `@pulumi/pulumi/provider` is not used: it takes a second to load on every run, and has no detailed diff.
 */

type Handler<Request, Response> = (request: Request) => Response | Promise<Response>;

function unary<Request, Response>(handler: Handler<Request, Response>) {
  return async (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    try {
      callback(null, await handler(call.request));
    } catch (error) {
      const { message } = error as Error;
      callback({ code: status.UNKNOWN, message, details: message });
    }
  };
}

/** As `unary`; a process that is there but not healthy is reported as such, so that Pulumi keeps it in its state. */
function applying<Request extends { getUrn(): string }, Response>(
  inputsOf: (request: Request) => ReturnType<typeof fromStruct>,
  response: (inputs: ReturnType<typeof fromStruct>) => Response,
) {
  return async (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    const inputs = inputsOf(call.request);
    try {
      await resource.apply(inputs);
      callback(null, response(inputs));
    } catch (error) {
      const { message } = error as Error;
      const partly = error instanceof NotHealthyError;
      callback(
        partly ? initFailure(resource.id(inputs), message) : { code: status.UNKNOWN, details: message },
      );
    }
  };
}

const handlers = {
  getSchema: unary(() => {
    const response = new proto.GetSchemaResponse();
    response.setSchema(JSON.stringify({ name: 'local', resources: {} }));
    return response;
  }),
  getPluginInfo: unary(() => new pluginProto.PluginInfo()),
  attach: unary(() => new emptyProto.Empty()),
  checkConfig: unary((request: InstanceType<typeof proto.CheckRequest>) => {
    const response = new proto.CheckResponse();
    response.setInputs(request.getNews());
    return response;
  }),
  diffConfig: unary(() => new proto.DiffResponse()),
  configure: unary(() => {
    const response = new proto.ConfigureResponse();
    response.setAcceptsecrets(true);
    return response;
  }),
  cancel: unary(() => {
    cancelWaits();
    return new emptyProto.Empty();
  }),

  check: unary((request: InstanceType<typeof proto.CheckRequest>) => {
    const { inputs, refusals } = resource.check(fromStruct(request.getNews()));
    const response = new proto.CheckResponse();
    response.setInputs(toStruct(inputs));
    response.setFailuresList(
      refusals.map(({ property, reason }) => {
        const failure = new proto.CheckFailure();
        failure.setProperty(property);
        failure.setReason(reason);
        return failure;
      }),
    );
    return response;
  }),

  diff: unary((request: InstanceType<typeof proto.DiffRequest>) => {
    const changes = resource.diff(fromStruct(request.getOldInputs()), fromStruct(request.getNews()));
    const response = new proto.DiffResponse();
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setHasdetaileddiff(true);
    response.setDiffsList([...new Set(changes.map(({ path }) => path.split(/[.[]/)[0] ?? path))]);
    response.setReplacesList(changes.filter(({ replaces }) => replaces).map(({ path }) => path));
    // Two processes cannot have the same ports.
    response.setDeletebeforereplace(true);
    for (const change of changes) response.getDetaileddiffMap().set(change.path, propertyDiff(change));
    return response;
  }),

  create: applying(
    (request: InstanceType<typeof proto.CreateRequest>) => fromStruct(request.getProperties()),
    (inputs) => {
      const response = new proto.CreateResponse();
      response.setId(resource.id(inputs));
      response.setProperties(toStruct({}));
      return response;
    },
  ),

  update: applying(
    (request: InstanceType<typeof proto.UpdateRequest>) => fromStruct(request.getNews()),
    () => {
      const response = new proto.UpdateResponse();
      response.setProperties(toStruct({}));
      return response;
    },
  ),

  read: unary(async (request: InstanceType<typeof proto.ReadRequest>) => {
    if (!request.hasInputs())
      throw new Error('a local process cannot be imported: `make up` adopts what runs');
    const response = new proto.ReadResponse();
    response.setId(request.getId());
    response.setInputs(toStruct(await resource.read(fromStruct(request.getInputs()))));
    response.setProperties(toStruct({}));
    return response;
  }),

  delete: unary(async (request: InstanceType<typeof proto.DeleteRequest>) => {
    await resource.remove(fromStruct(request.getOldInputs()));
    return new emptyProto.Empty();
  }),
};

function propertyDiff({ kind, replaces }: Change) {
  const { ADD, ADD_REPLACE, DELETE, DELETE_REPLACE, UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
  const kinds = {
    add: [ADD, ADD_REPLACE],
    delete: [DELETE, DELETE_REPLACE],
    update: [UPDATE, UPDATE_REPLACE],
  } as const;
  const diff = new proto.PropertyDiff();
  diff.setKind(kinds[kind][replaces ? 1 : 0]);
  diff.setInputdiff(true);
  return diff;
}

/** Dashboards are large; the engine's own limit is 400 MiB. */
const MESSAGE_BYTES = 400 * 1024 * 1024;

const server = new Server({
  'grpc.max_receive_message_length': MESSAGE_BYTES,
  'grpc.max_send_message_length': MESSAGE_BYTES,
});
server.addService(services.ResourceProviderService, handlers);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
});

// An engine that is killed tells nobody: the provider ends when it sees that its parent is another one.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) process.exit();
}, 1_000).unref();
