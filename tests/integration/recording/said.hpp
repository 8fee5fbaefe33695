#pragma once
#include <gtest/gtest.h>

#include <string>

namespace tessera::recording::test {

/// What a command prints, and its exit status.
struct Said {
  int status = 0;
  std::string out, err;
  [[nodiscard]] bool prints(const std::string& text) const { return out.find(text) != std::string::npos; }
  [[nodiscard]] bool complains(const std::string& text) const { return err.find(text) != std::string::npos; }
};
template <typename Command>
Said run(Command command) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Said said;
  said.status = command();
  said.out = testing::internal::GetCapturedStdout();
  said.err = testing::internal::GetCapturedStderr();
  return said;
}

}  // namespace tessera::recording::test
