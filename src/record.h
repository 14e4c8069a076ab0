// Writing records into linear memory: little-endian on every machine, aligned on none.

#ifndef SHIM_RECORD_H
#define SHIM_RECORD_H

#include <stdint.h>
#include <string.h>

enum { SHIM_READY_SIZE = 8, SHIM_VECTOR_SIZE = 8, SHIM_PEER_SIZE = 20, SHIM_STAT_SIZE = 48 };
enum { SHIM_POLL_SIZE = 8, SHIM_FD_SET_SIZE = 128, SHIM_SEND_SIZE = 16 };

static inline void shim_store16(uint8_t *at, uint16_t value) {
  at[0] = (uint8_t)value;
  at[1] = (uint8_t)(value >> 8);
}

static inline void shim_store32(uint8_t *at, uint32_t value) {
  shim_store16(at, (uint16_t)value);
  shim_store16(at + 2, (uint16_t)(value >> 16));
}

static inline void shim_store64(uint8_t *at, uint64_t value) {
  shim_store32(at, (uint32_t)value);
  shim_store32(at + 4, (uint32_t)(value >> 32));
}

static inline void shim_store_double(uint8_t *at, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  shim_store64(at, bits);
}

static inline uint32_t shim_load32(const uint8_t *at) {
  return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t shim_load64(const uint8_t *at) {
  return shim_load32(at) | (uint64_t)shim_load32(at + 4) << 32;
}

#endif
