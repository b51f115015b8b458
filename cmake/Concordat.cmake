# The two words that every folder's CMakeLists.txt uses: concordat_library and concordat_test; and where the packages come from.
find_package(Threads REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(YAMLCPP REQUIRED IMPORTED_TARGET yaml-cpp)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(OPENSSL REQUIRED IMPORTED_TARGET openssl)
find_package(RocksDB REQUIRED)
find_package(spdlog REQUIRED)
find_package(pugixml REQUIRED)
find_package(date REQUIRED)

add_library(concordat_rules INTERFACE)
# -Wno-restrict: GCC 12 warns of every "text" + std::string (its bug 105651).
target_include_directories(concordat_rules INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
target_compile_options(concordat_rules INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wconversion -Wno-sign-conversion
  -fstack-protector-strong)
# GCC 12 sees uninitialised and overlapping memory in std::optional and std::string that is not there.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(concordat_rules INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(NOT CONCORDAT_SANITIZE)  # instrumented code makes GCC see more such; the plain build is the one that has to be clean
  target_compile_options(concordat_rules INTERFACE -Werror)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT CONCORDAT_SANITIZE)  # the sanitiser's own checks see more than the fortified calls
  target_compile_definitions(concordat_rules INTERFACE _FORTIFY_SOURCE=2)
endif()
if(CONCORDAT_SANITIZE)
  target_compile_options(concordat_rules INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=address,undefined)
endif()

# concordat_library(NAME SOURCES a.cc b.cc LINKS other ...): a static library of one folder, under the house's warnings.
function(concordat_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC ${arg_LINKS} PRIVATE concordat_rules ${arg_PRIVATE_LINKS})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
endfunction()

# concordat_program(NAME SOURCES ... LINKS ...): a program in build/bin.
function(concordat_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE concordat_rules ${arg_LINKS})
endfunction()

# concordat_test(NAME SOURCES ... LINKS ... [LABELS long] [TIMEOUT s]): a GoogleTest program, registered whole with CTest.
# LABELS: none is the everyday suite (./ops/test); "all" runs only under ./ops/test --all.
function(concordat_test name)
  if(NOT CONCORDAT_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINKS;LABELS;ARGS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(CONCORDAT_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)
  else()
    target_compile_options(${name} PRIVATE -O1)
  endif()
  target_link_libraries(${name} PRIVATE concordat_rules ${arg_LINKS} gtest gmock gtest_main Threads::Threads)
  add_test(NAME ${name} COMMAND ${name} ${arg_ARGS} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
