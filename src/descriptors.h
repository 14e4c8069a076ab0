// A set of file descriptors: one bit each, as many as the highest of them needs.

#ifndef SHIM_DESCRIPTORS_H
#define SHIM_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>

/** All zero is the empty set. */
struct shim_descriptors {
  uint64_t *words; // descriptor d is bit d % 64 of words[d / 64]
  uint32_t word_count;
  uint32_t size;
};

/** Whether the set holds `descriptor`, which may be any number. */
static inline bool shim_descriptors_has(const struct shim_descriptors *set, int32_t descriptor) {
  uint32_t index = (uint32_t)descriptor / 64; // a negative number becomes one past any set
  return index < set->word_count && (set->words[index] >> ((uint32_t)descriptor % 64) & 1) != 0;
}

/** Adds a descriptor ≥ 0 that is not in the set; false when there is no memory for it. */
bool shim_descriptors_add(struct shim_descriptors *set, int32_t descriptor);

/** Removes a descriptor that is in the set. */
void shim_descriptors_remove(struct shim_descriptors *set, int32_t descriptor);

/** Closes every descriptor of the set, which is empty afterwards. */
void shim_descriptors_close(struct shim_descriptors *set);

#endif
