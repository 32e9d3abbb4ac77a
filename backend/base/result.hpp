#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.hpp"
#include "base/error.hpp"

namespace vv {

/// Wraps an error on its way into a `Result` whose value type could be confused with it.
template <class E>
struct Unexpected {
  E error;
};
template <class E>
Unexpected(E) -> Unexpected<E>;

/// A value or the reason why there is none. Members carry `std::expected`'s names, so leaving this
/// class for it later is an alias. Parsers use a small enum for `E`, which costs nothing to make.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  template <class U = T>
    requires(std::is_constructible_v<T, U &&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, E>)
  Result(U&& value)  // NOLINT(google-explicit-constructor): `return value;` is the point
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}
  Result(E error)  // NOLINT(google-explicit-constructor): `return error;` is the point
      : state_(std::in_place_index<1>, std::move(error)) {}
  template <class G>
  Result(Unexpected<G> unexpected)  // NOLINT(google-explicit-constructor)
      : state_(std::in_place_index<1>, std::move(unexpected.error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & {
    VV_CHECK(has_value(), "the caller looked before it took the value");
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const& {
    VV_CHECK(has_value(), "the caller looked before it took the value");
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T&& value() && { return std::move(value()); }

  [[nodiscard]] E& error() & {
    VV_CHECK(!has_value(), "the caller looked before it took the error");
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] const E& error() const& {
    VV_CHECK(!has_value(), "the caller looked before it took the error");
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] E&& error() && { return std::move(error()); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  template <class U>
  [[nodiscard]] T value_or(U&& fallback) const& {
    return has_value() ? value() : static_cast<T>(std::forward<U>(fallback));
  }

 private:
  std::variant<T, E> state_;
};

/// Success without a value, or the reason why not.
template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  Result() = default;
  Result(E error)  // NOLINT(google-explicit-constructor)
      : failed_(true), error_(std::move(error)) {}
  template <class G>
  Result(Unexpected<G> unexpected)  // NOLINT(google-explicit-constructor)
      : failed_(true), error_(std::move(unexpected.error)) {}

  [[nodiscard]] bool has_value() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] const E& error() const& {
    VV_CHECK(failed_, "the caller looked before it took the error");
    return error_;
  }
  [[nodiscard]] E&& error() && {
    VV_CHECK(failed_, "the caller looked before it took the error");
    return std::move(error_);
  }

 private:
  bool failed_ = false;
  E error_{};
};

using Status = Result<void>;

}  // namespace vv

#define VV_CONCAT_INNER(a, b) a##b
#define VV_CONCAT(a, b) VV_CONCAT_INNER(a, b)

#define VV_TRY_AS(keyword, expr)                                                                \
  do {                                                                                          \
    auto vv_try_result = (expr);                                                                \
    if (!vv_try_result.has_value()) keyword ::vv::Unexpected{std::move(vv_try_result).error()}; \
  } while (false)

#define VV_ASSIGN_OR_AS(keyword, temporary, decl, expr)                               \
  auto temporary = (expr);                                                            \
  if (!temporary.has_value()) keyword ::vv::Unexpected{std::move(temporary).error()}; \
  decl = std::move(temporary).value()

/// Passes a refusal up to the caller.
#define VV_TRY(...) VV_TRY_AS(return, (__VA_ARGS__))
#define VV_CO_TRY(...) VV_TRY_AS(co_return, (__VA_ARGS__))
/// `VV_ASSIGN_OR_RETURN(const Offre offre, ctx.db.get(id));`
#define VV_ASSIGN_OR_RETURN(decl, ...) \
  VV_ASSIGN_OR_AS(return, VV_CONCAT(vv_result_, __LINE__), decl, (__VA_ARGS__))
#define VV_CO_ASSIGN_OR_RETURN(decl, ...) \
  VV_ASSIGN_OR_AS(co_return, VV_CONCAT(vv_result_, __LINE__), decl, (__VA_ARGS__))
