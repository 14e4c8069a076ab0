// The listeners of a server: one for each granted address, all feeding one acceptor.

import { ENOMEM } from "../platform/errno";
import { listen } from "../platform/imports";
import { Acceptor, Listener } from "./listener";
import { Loop } from "./loop";

export class Listeners {
  private listeners: Listener[] = [];
  private areOpen: bool = false;

  /** `peer`: where the acceptor finds a PeerRecord of who was accepted; 0 if it does not care. */
  constructor(
    loop: Loop,
    acceptor: Acceptor,
    private addresses: string[],
    private backlog: i32,
    peer: usize,
  ) {
    for (let i = 0; i < addresses.length; i++) {
      this.listeners.push(new Listener(loop, acceptor, peer));
    }
  }

  /** How many slots are theirs. */
  get open(): i32 {
    return this.areOpen ? this.listeners.length : 0;
  }

  /** Takes up all of them: 0 or −errno. */
  listen(): i32 {
    this.areOpen = true;
    for (let i = 0; i < this.listeners.length; i++) {
      const address = String.UTF8.encode(this.addresses[i]);
      const fd = listen(changetype<usize>(address), address.byteLength, this.backlog);
      if (fd < 0) return fd;
      if (!this.listeners[i].open(fd)) return -ENOMEM;
    }
    return 0;
  }

  /** Goes on accepting after a pause. Called once a turn. */
  resume(): void {
    for (let i = 0; i < this.listeners.length; i++) this.listeners[i].resume();
  }

  close(): void {
    this.areOpen = false;
    for (let i = 0; i < this.listeners.length; i++) this.listeners[i].close();
  }
}
