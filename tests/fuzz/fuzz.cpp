#include "fuzz.hpp"

#include <glib.h>

#include <cstdio>
#include <cstdlib>

namespace tessera::fuzz {

void fail(std::string_view what) {
  std::fprintf(stderr, "fuzz: it does not hold that %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace tessera::fuzz

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  // A library that was called wrongly says so and goes on; here that is a fault.
  g_log_set_always_fatal(static_cast<GLogLevelFlags>(G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR));
  return 0;
}
