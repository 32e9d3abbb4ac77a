# Turns frontend/dist into embedded_assets.cpp: the files themselves come in by `.incbin`, gzip and
# brotli beside them where the frontend's build left `.gz` and `.br`. Without a built frontend the
# list is empty, and the server says so.
#
#   cmake -DDIST=<frontend/dist> -DOUT=<embedded_assets.cpp> -P cmake/assets.cmake

set(blobs "")
set(rows "")
set(count 0)

# vv_blob(<file> <variable>): adds the file's bytes, sets the C++ expression that views them.
macro(vv_blob file variable)
  if(EXISTS "${file}")
    # The hash makes the text change with the bytes, so that nothing stale is kept.
    file(SHA256 "${file}" hash)
    string(APPEND blobs "// ${hash}\n"
      "asm(\".section .rodata\\n.balign 16\\nvv_asset_${count}:\\n.incbin \\\"${file}\\\"\\n\"\n"
      "    \"vv_asset_${count}_end:\\n.byte 0\\n.previous\\n\");\n"
      "extern \"C\" const char vv_asset_${count}[];\nextern \"C\" const char vv_asset_${count}_end[];\n")
    set(${variable} "view(vv_asset_${count}, vv_asset_${count}_end)")
    math(EXPR count "${count} + 1")
  else()
    set(${variable} "std::string_view()")
  endif()
endmacro()

file(GLOB_RECURSE files RELATIVE "${DIST}" "${DIST}/*")
list(SORT files)
foreach(file ${files})
  if(file MATCHES "\\.(gz|br|map)$")
    continue()
  endif()
  file(SHA256 "${DIST}/${file}" tag)
  string(SUBSTRING "${tag}" 0 16 tag)
  vv_blob("${DIST}/${file}" plain)
  vv_blob("${DIST}/${file}.gz" gzip)
  vv_blob("${DIST}/${file}.br" brotli)
  string(APPEND rows "      {\"/${file}\", \"\\\"${tag}\\\"\", ${plain}, ${gzip}, ${brotli}},\n")
endforeach()

set(text "// Made by cmake/assets.cmake.
#include \"server/assets.hpp\"

${blobs}
namespace vv::server {
namespace {
[[maybe_unused]] std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}
}  // namespace

std::vector<Asset> embedded_assets() {
  return {
${rows}  };
}
}  // namespace vv::server
")
if(EXISTS "${OUT}")
  file(READ "${OUT}" old)
endif()
if(NOT "${old}" STREQUAL "${text}")
  file(WRITE "${OUT}" "${text}")
else()
  file(TOUCH_NOCREATE "${OUT}")
endif()
