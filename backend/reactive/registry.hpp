#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.hpp"
#include "reactive/types.hpp"

namespace vv::reactive {

class QueryContext;
class MutationContext;
class ActionContext;

enum class FunctionKind : std::uint8_t { Query, Mutation, Action };

/// A function with its arguments already decoded and checked; gives the encoded result.
/// May be called more than once, from any thread.
template <class Context>
using BoundCall = std::function<Result<std::string>(Context&)>;

/// One public function. Exactly one of the three `bind_…` is set, that of its kind; they refuse
/// arguments that are not of the declared type with a message that begins
/// `ArgumentValidationError`.
struct Function {
  std::string name;
  FunctionKind kind = FunctionKind::Query;
  std::function<Result<BoundCall<QueryContext>>(const Value& args)> bind_query;
  std::function<Result<BoundCall<MutationContext>>(const Value& args)> bind_mutation;
  std::function<Result<BoundCall<ActionContext>>(const Value& args)> bind_action;
  std::function<std::string(TypeNames&)> args_typescript;
  std::function<std::string(TypeNames&)> result_typescript;
};

/// `dir/mod.js:fn` → `dir/mod:fn`; `mod` → `mod:default` (convex-wire: names).
[[nodiscard]] std::string canonical_name(std::string_view name);

namespace detail {

[[nodiscard]] Error argument_error(const Mismatch& why);

// The parameter types of a function, function pointer or callable object.
template <class F>
struct SignatureOf : SignatureOf<decltype(&F::operator())> {};
template <class R, class C, class A>
struct SignatureOf<R (*)(C&, const A&)> {
  using Return = R;
  using Context = C;
  using Args = A;
};
template <class R, class C, class A>
struct SignatureOf<R(C&, const A&)> : SignatureOf<R (*)(C&, const A&)> {};
template <class R, class O, class C, class A>
struct SignatureOf<R (O::*)(C&, const A&) const> : SignatureOf<R (*)(C&, const A&)> {};
template <class R, class O, class C, class A>
struct SignatureOf<R (O::*)(C&, const A&)> : SignatureOf<R (*)(C&, const A&)> {};

template <class Context, class F>
auto bind_function(F fn) {
  using Signature = SignatureOf<F>;
  using Args = typename Signature::Args;
  using Return = typename Signature::Return::value_type;
  static_assert(
      std::is_same_v<typename Signature::Context, Context>,
      "a query takes QueryContext&, a mutation MutationContext&, an action ActionContext&");
  return [fn = std::move(fn)](const Value& value) -> Result<BoundCall<Context>> {
    Args args{};
    Mismatch why;
    if (!Codec<Args>::decode(value, args, why)) return argument_error(why);
    return BoundCall<Context>(
        [fn, args = std::move(args)](Context& context) -> Result<std::string> {
          auto result = fn(context, args);
          if (!result.has_value()) return std::move(result).error();
          std::string out;
          if constexpr (std::is_void_v<Return>) {
            out = "null";
          } else {
            Codec<Return>::encode(*result, out);
          }
          return out;
        });
  };
}

}  // namespace detail

/// Every function that clients may call, by name. Made once at start, unchanged afterwards.
///
///   registry.query("demandes:list", list_demandes);
///   registry.action("video:join", [&engine](ActionContext& ctx, const JoinArgs& args) { … });
class Registry {
 public:
  /// `Result<R> fn(QueryContext&, const Args&)`; `Result<void>` answers null.
  template <class F>
  void query(std::string_view name, F fn) {
    Function& function = add(name, FunctionKind::Query);
    describe<F>(function);
    function.bind_query = detail::bind_function<QueryContext>(std::move(fn));
  }
  /// `Result<R> fn(MutationContext&, const Args&)`
  template <class F>
  void mutation(std::string_view name, F fn) {
    Function& function = add(name, FunctionKind::Mutation);
    describe<F>(function);
    function.bind_mutation = detail::bind_function<MutationContext>(std::move(fn));
  }
  /// `Result<R> fn(ActionContext&, const Args&)`
  template <class F>
  void action(std::string_view name, F fn) {
    Function& function = add(name, FunctionKind::Action);
    describe<F>(function);
    function.bind_action = detail::bind_function<ActionContext>(std::move(fn));
  }

  /// By canonical name; null when there is none.
  [[nodiscard]] const Function* find(std::string_view canonical) const;
  [[nodiscard]] const std::map<std::string, Function, std::less<>>& functions() const {
    return functions_;
  }

 private:
  Function& add(std::string_view name, FunctionKind kind);

  template <class F>
  static void describe(Function& function) {
    using Signature = detail::SignatureOf<F>;
    using Return = typename Signature::Return::value_type;
    function.args_typescript = [](TypeNames& names) {
      return Codec<typename Signature::Args>::literal(names);
    };
    function.result_typescript = [](TypeNames& names) -> std::string {
      if constexpr (std::is_void_v<Return>) {
        static_cast<void>(names);
        return "null";
      } else {
        return Codec<Return>::typescript(names);
      }
    };
  }

  std::map<std::string, Function, std::less<>> functions_;
};

}  // namespace vv::reactive
