import { describe, expect, test } from 'vitest';
import { isBelow, mountPath, socketPath, stateFolder } from '../../../../platforms/local/paths.ts';

describe('paths', () => {
  test('a mount keeps its own path below the folder of its workload', () => {
    const state = stateFolder('/home/me/my project', 'local');
    expect(state).toBe('/home/me/my project/.monitoring/local');
    expect(mountPath(state, 'prometheus', '/etc/prometheus')).toBe(
      '/home/me/my project/.monitoring/local/prometheus/etc/prometheus',
    );
    expect(mountPath(state, 'prometheus', '/etc/prometheus')).not.toBe(
      mountPath(state, 'prometheus', '/prometheus'),
    );
  });

  test('the socket is short however long the project path is, and differs by stack and user', () => {
    const long = stateFolder(`/home/${'long folder/'.repeat(30)}project`, 'local');
    const socket = socketPath(long, 1000, undefined);
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(103);
    expect(socketPath(stateFolder('/a', 'one'), 1000, undefined)).not.toBe(
      socketPath(stateFolder('/a', 'two'), 1000, undefined),
    );
    expect(socketPath(long, 1001, undefined)).not.toBe(socket);
  });

  test('the socket lies in the runtime folder where that is short and absolute, else in /tmp', () => {
    expect(socketPath('/p', 1000, '/run/user/1000')).toMatch(/^\/run\/user\/1000\//);
    expect(socketPath('/p', 1000, `/run/${'x'.repeat(100)}`)).toMatch(/^\/tmp\//);
    expect(socketPath('/p', 1000, 'run')).toMatch(/^\/tmp\//);
    expect(socketPath('/p', 1000, '')).toMatch(/^\/tmp\//);
  });

  test('below means inside, not merely beginning alike', () => {
    expect(isBelow('/a/b/c', '/a')).toBe(true);
    expect(isBelow('/ab/c', '/a')).toBe(false);
    expect(isBelow('/a', '/a')).toBe(false);
  });
});
