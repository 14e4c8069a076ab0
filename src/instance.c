#include "instance.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

int32_t shim_own(struct shim_instance *instance, int descriptor) {
  if (descriptor == -1) {
    return -errno;
  }
  if (!shim_descriptors_add(&instance->owned, descriptor)) {
    close(descriptor);
    return -ENOMEM;
  }
  return descriptor;
}

static void drop_grants(struct shim_instance *instance) {
  for (uint32_t i = 0; i < instance->listener_count; i++) {
    free(instance->listeners[i].address);
  }
  for (uint32_t i = 0; i < instance->target_count; i++) {
    free(instance->targets[i].text);
  }
  free(instance->listeners);
  free(instance->targets);
  free(instance->roots);
  free(instance->logs);
  instance->listeners = NULL;
  instance->listener_count = 0;
  instance->targets = NULL;
  instance->target_count = 0;
  instance->roots = NULL;
  instance->root_count = 0;
  instance->logs = NULL;
  instance->log_count = 0;
  instance->eventfd = -1;
}

void shim_instance_close(struct shim_instance *instance) {
  instance->closed = true;
  instance->memory = NULL;
  instance->memory_size = 0;
  shim_descriptors_close(&instance->owned);
  drop_grants(instance);
}
