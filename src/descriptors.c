#include "descriptors.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FEWEST_WORDS = 16 };

/** The kernel gives out the lowest free number, so the set stays as small as its use. */
static bool grow(struct shim_descriptors *set, uint32_t least) {
  uint32_t count = set->word_count == 0 ? FEWEST_WORDS : set->word_count * 2;
  if (count < least) {
    count = least;
  }
  uint64_t *words = realloc(set->words, count * sizeof *words);
  if (words == NULL) {
    return false;
  }
  memset(words + set->word_count, 0, (count - set->word_count) * sizeof *words);
  set->words = words;
  set->word_count = count;
  return true;
}

bool shim_descriptors_add(struct shim_descriptors *set, int32_t descriptor) {
  uint32_t index = (uint32_t)descriptor / 64;
  if (index >= set->word_count && !grow(set, index + 1)) {
    return false;
  }
  set->words[index] |= UINT64_C(1) << ((uint32_t)descriptor % 64);
  set->size++;
  return true;
}

void shim_descriptors_remove(struct shim_descriptors *set, int32_t descriptor) {
  set->words[(uint32_t)descriptor / 64] &= ~(UINT64_C(1) << ((uint32_t)descriptor % 64));
  set->size--;
}

void shim_descriptors_close(struct shim_descriptors *set) {
  for (uint32_t index = 0; index < set->word_count; index++) {
    for (uint32_t bit = 0; bit < 64 && set->words[index] != 0; bit++) {
      if ((set->words[index] >> bit & 1) != 0) {
        set->words[index] &= ~(UINT64_C(1) << bit);
        close((int)(index * 64 + bit));
      }
    }
  }
  free(set->words);
  *set = (struct shim_descriptors){0};
}
