#include "reactive/typescript.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactive/testing_domain.hpp"

namespace vv::reactive {
namespace {

using testing::HasSubstr;

TEST(TypeScript, WritesEveryFunctionFromItsDeclarationAlone) {
  testing_domain::History history;
  const std::string text = typescript(testing_domain::make_registry(history));
  EXPECT_THAT(text, HasSubstr("import type { FunctionReference, PaginationOptions, "
                              "PaginationResult } from \"convex/server\";"));
  EXPECT_THAT(text, HasSubstr("export type TableName = \"items\";"));
  EXPECT_THAT(text, HasSubstr("export type ItemView = { _id: Id<\"items\">; n: number; "
                              "tag: string };"));
  EXPECT_THAT(text, HasSubstr("first: reference<FunctionReference<\"query\", \"public\", "
                              "{ box: string }, ItemView | null>>(\"items:first\")"));
  EXPECT_THAT(text, HasSubstr("inBox: reference<FunctionReference<\"query\", \"public\", "
                              "{ box: string }, ItemView[]>>"));
  EXPECT_THAT(text, HasSubstr("{ box: string; paginationOpts: PaginationOptions }, "
                              "PaginationResult<ItemView>>"));
  EXPECT_THAT(text, HasSubstr("move: reference<FunctionReference<\"mutation\", \"public\", "
                              "{ tag: string; box: string; n: number }, null>>"));
  EXPECT_THAT(text, HasSubstr("total: reference<FunctionReference<\"query\", \"public\", "
                              "Record<string, never>, number>>"));
  EXPECT_THAT(text, HasSubstr("act: reference<FunctionReference<\"action\""));
}

TEST(TypeScript, GivesTheSameBytesForTheSameRegistry) {
  testing_domain::History history;
  EXPECT_EQ(typescript(testing_domain::make_registry(history)),
            typescript(testing_domain::make_registry(history)));
}

TEST(Registry, NamesAreCanonical) {
  EXPECT_EQ(canonical_name("a/b:c"), "a/b:c");
  EXPECT_EQ(canonical_name("a/b.js:c"), "a/b:c");
  EXPECT_EQ(canonical_name("a/b"), "a/b:default");
}

}  // namespace
}  // namespace vv::reactive
