import { isDeepStrictEqual } from 'node:util';
import grpc from '@grpc/grpc-js';
import rpc from '@pulumi/pulumi/proto/plugin_pb.js';
import services from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import type {
  CheckRequest,
  ConfigureRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  ReadRequest,
  UpdateRequest,
} from '@pulumi/pulumi/proto/provider_pb.js';
import messages from '@pulumi/pulumi/proto/provider_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import struct from 'google-protobuf/google/protobuf/struct_pb.js';

export type Properties = Record<string, unknown>;

/**
 * A stand-in for an official Pulumi plugin: the part of the provider protocol that the engine uses for
 * resources. Every method refuses what it does not carry out, so that nothing passes by being ignored.
 */
export interface StandIn {
  /** Version of the official plugin that it stands in for. */
  readonly version: string;
  /** Takes the provider's settings; throws on one that is not carried out. Non-strings are JSON. */
  configure(settings: Readonly<Record<string, string>>): Promise<void>;
  /** Why the inputs cannot be carried out; empty where they can. */
  check(type: string, inputs: Properties): Promise<readonly Refusal[]>;
  /** Properties whose change makes a new resource, among those that changed. */
  diff(type: string, before: Properties, after: Properties): Difference;
  create(type: string, inputs: Properties): Promise<Made>;
  update(type: string, id: string, before: Properties, after: Properties): Promise<Properties>;
  /** What is there now; undefined where it is gone. */
  read(type: string, id: string, state: Properties): Promise<Properties | undefined>;
  delete(type: string, id: string, state: Properties): Promise<void>;
}

export interface Refusal {
  readonly property: string;
  readonly reason: string;
}

export interface Difference {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface Made {
  readonly id: string;
  readonly outputs: Properties;
}

const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Serves the provider until the engine ends the process; prints the port, as the protocol asks. */
export async function serve(standIn: StandIn): Promise<void> {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  server.addService(services.ResourceProviderService, handlers(standIn) as grpc.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  console.log(String(port));
}

function handlers(standIn: StandIn) {
  return {
    getPluginInfo: unary(async () => {
      const response = new rpc.PluginInfo();
      response.setVersion(standIn.version);
      return response;
    }),
    configure: unary(async (request: ConfigureRequest) => {
      const settings: Record<string, string> = {};
      request.getVariablesMap().forEach((value, key) => {
        settings[key.split(':').at(-1) ?? key] = value;
      });
      await standIn.configure(settings);
      // Secrets are not accepted: the engine takes them off and puts the mark back on what is returned.
      const response = new messages.ConfigureResponse();
      response.setAcceptresources(false);
      return response;
    }),
    check: unary(async (request: CheckRequest) => {
      const inputs = plain(request.getNews());
      const response = new messages.CheckResponse();
      response.setInputs(packed(inputs));
      const refusals = await standIn.check(typeOf(request.getUrn()), inputs);
      response.setFailuresList(
        refusals.map(({ property, reason }) => {
          const failure = new messages.CheckFailure();
          failure.setProperty(property);
          failure.setReason(reason);
          return failure;
        }),
      );
      return response;
    }),
    diff: unary(async (request: DiffRequest) => {
      const { changes, replaces, deleteBeforeReplace } = standIn.diff(
        typeOf(request.getUrn()),
        plain(request.getOldInputs()),
        plain(request.getNews()),
      );
      const response = new messages.DiffResponse();
      const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
      response.setChanges(changes ? DIFF_SOME : DIFF_NONE);
      response.setReplacesList([...replaces]);
      // What `replaceOnChanges` is held against.
      response.setDiffsList(changedProperties(plain(request.getOldInputs()), plain(request.getNews())));
      response.setDeletebeforereplace(deleteBeforeReplace);
      return response;
    }),
    create: unary(async (request: CreateRequest) => {
      const made = await standIn.create(typeOf(request.getUrn()), plain(request.getProperties()));
      const response = new messages.CreateResponse();
      response.setId(made.id);
      response.setProperties(packed(made.outputs));
      return response;
    }),
    update: unary(async (request: UpdateRequest) => {
      const outputs = await standIn.update(
        typeOf(request.getUrn()),
        request.getId(),
        plain(request.getOlds()),
        plain(request.getNews()),
      );
      const response = new messages.UpdateResponse();
      response.setProperties(packed(outputs));
      return response;
    }),
    read: unary(async (request: ReadRequest) => {
      const state = plain(request.getProperties());
      const live = await standIn.read(typeOf(request.getUrn()), request.getId(), state);
      const response = new messages.ReadResponse();
      if (live === undefined) return response;
      response.setId(request.getId());
      response.setProperties(packed(live));
      // What is there now is what an update compares with.
      response.setInputs(packed(live));
      return response;
    }),
    delete: unary(async (request: DeleteRequest) => {
      await standIn.delete(typeOf(request.getUrn()), request.getId(), plain(request.getProperties()));
      return new empty.Empty();
    }),
    cancel: unary(async () => new empty.Empty()),
  };
}

type Handler<Request, Response> = (
  call: { readonly request: Request },
  callback: (error: Partial<grpc.StatusObject> | null, response?: Response) => void,
) => void;

function unary<Request, Response>(
  handle: (request: Request) => Promise<Response>,
): Handler<Request, Response> {
  return (call, callback) => {
    handle(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(failure(error)),
    );
  };
}

function failure(error: unknown): Partial<grpc.StatusObject> {
  return { code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}

function changedProperties(before: Properties, after: Properties): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !isDeepStrictEqual(before[key], after[key]),
  );
}

/** `grafana:oss/folder:Folder` of a URN, whose types are those of the parents too. */
function typeOf(urn: string): string {
  return urn.split('::')[2]?.split('$').at(-1) ?? urn;
}

function plain(value: struct.Struct | undefined): Properties {
  return value === undefined ? {} : value.toJavaScript();
}

function packed(value: Properties): struct.Struct {
  return struct.Struct.fromJavaScript(value as Record<string, struct.JavaScriptValue>);
}
