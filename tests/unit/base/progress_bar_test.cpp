#include "base/progress_bar.hpp"

#include <gtest/gtest.h>

namespace tessera {
namespace {

TEST(ProgressBar, FillsWithWhatIsDone) {
  EXPECT_EQ(progress_line("a", 0, 30), "a [-------------------]   0 %");
  EXPECT_EQ(progress_line("a", 1, 30), "a [###################] 100 %");
  EXPECT_EQ(progress_line("a", 7, 30), progress_line("a", 1, 30));
}

TEST(ProgressBar, NeverWiderThanTheTerminal) {
  for (std::size_t columns = 1; columns < 200; ++columns)
    for (const double done : {0.0, 0.33, 1.0})
      EXPECT_LE(progress_line(std::string(columns, 'n'), done, columns).size(),
                std::max<std::size_t>(columns, 5));
}

TEST(ProgressBar, WritesNothingWhereThereIsNoTerminal) {
  testing::internal::CaptureStderr();
  {
    ProgressBar bar("a");
    bar.show(0.5);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace tessera
