#include "recording/sidecars.hpp"

namespace tessera::recording {

void make_sidecars(const std::string&, Json&) {}

}  // namespace tessera::recording
