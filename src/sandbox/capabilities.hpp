#pragma once
#include "base/result.hpp"

namespace tessera::sandbox {

/// Gives up every capability of this thread, and with it of those it makes, except those by which root reads
/// and writes files of other owners (folders of recordings may belong to somebody else) and gives its threads
/// a priority.
Result<void> drop_capabilities();

}  // namespace tessera::sandbox
