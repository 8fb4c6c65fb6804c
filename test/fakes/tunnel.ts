import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Of this test alone: whoever is asked to accept it has been told not to verify. */
const KEY = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIANgQyinx6xL3KYURwGCk46UcrPaAGE2V6PX2F5CcJyNoAoGCCqGSM49
AwEHoUQDQgAE+ThQC7Rr3WpIR+Y7DlkQZ20gGOy4bu7HxQQ2drQ+4WMNrjiMzeyO
73TYN8sgmTaXrB2K3H4w+NSJdljJtUb0rA==
-----END EC PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBlDCCATugAwIBAgIUVq5G6bG4BcPPjWM5phlccwv3rCEwCgYIKoZIzj0EAwIw
HzEdMBsGA1UEAwwUZXZlbnRzLnBhZ2VyZHV0eS5jb20wIBcNMjYxMTI0MTk1MjI2
WhgPMjEyNjEwMzExOTUyMjZaMB8xHTAbBgNVBAMMFGV2ZW50cy5wYWdlcmR1dHku
Y29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+ThQC7Rr3WpIR+Y7DlkQZ20g
GOy4bu7HxQQ2drQ+4WMNrjiMzeyO73TYN8sgmTaXrB2K3H4w+NSJdljJtUb0rKNT
MFEwHQYDVR0OBBYEFFaChN0VDNETPrGcrOuSLLj+l67WMB8GA1UdIwQYMBaAFFaC
hN0VDNETPrGcrOuSLLj+l67WMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwID
RwAwRAIgC3j+dxjfBhp2MCO0qNrBUTJ0G3VYZijA7mVP6WVLUvACIDZtUeUdl1pq
/rI3n6r0waMhOl/kAPbLrCs3JZ49kz1X
-----END CERTIFICATE-----`;

/** A proxy that leads every host of the web to one port of this machine, TLS taken off, and keeps who was asked for. */
export class Tunnel {
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** @param target port on loopback, without TLS. */
  constructor(target: number) {
    this.#server = createServer().on('connect', (request, socket: Socket) => {
      this.asked.push(request.url ?? '');
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      const plain = new TLSSocket(socket, { isServer: true, key: KEY, cert: CERTIFICATE });
      const onward = connect(target, '127.0.0.1');
      for (const each of [socket, onward]) this.#sockets.add(each);
      // Either side may hang up at any time; what was taken is what counts.
      for (const each of [plain, onward]) each.on('error', () => socket.destroy());
      plain.pipe(onward).pipe(plain);
    });
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
