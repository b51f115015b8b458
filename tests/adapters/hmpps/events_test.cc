// Domain events of prisons and probation.
#include <gtest/gtest.h>
