# Flags of every target: warnings are errors, sanitizers by preset, ccache when it is there.
# GCC 12 takes the strings in moved std::variants for uninitialised, so that one warning is off.
add_library(muster_flags INTERFACE)
target_compile_options(muster_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                              -Woverloaded-virtual -Wno-maybe-uninitialized -Werror)
target_include_directories(muster_flags INTERFACE ${CMAKE_SOURCE_DIR})

if(MUSTER_SANITIZE)
  target_compile_options(muster_flags INTERFACE -fsanitize=${MUSTER_SANITIZE} -fno-omit-frame-pointer
                                                -fno-sanitize-recover=all)
  target_link_options(muster_flags INTERFACE -fsanitize=${MUSTER_SANITIZE})
endif()

find_program(MUSTER_CCACHE ccache)
if(MUSTER_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MUSTER_CCACHE})
endif()

# Files of one folder are compiled some together: a clean build takes half the time, since most of it is the same headers
# and the same templates again. So names in unnamed namespaces are unique in a folder.
option(MUSTER_UNITY "Compile the files of a folder together" ON)
if(MUSTER_UNITY)
  # What belongs to one file seems to belong to a header then.
  target_compile_options(muster_flags INTERFACE -Wno-subobject-linkage)
endif()

function(muster_together target)
  if(NOT MUSTER_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    cmake_path(GET source PARENT_PATH folder)
    file(RELATIVE_PATH group ${CMAKE_SOURCE_DIR} ${folder})
    string(REPLACE "/" "_" group ${group})
    if(NOT DEFINED count_${group})
      set(count_${group} 0)
    endif()
    math(EXPR part "${count_${group}} / 8")
    math(EXPR count_${group} "${count_${group}} + 1")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group}_${part})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# A room: all .cpp below its folder (its CMakeLists.txt may name what to leave out).
function(muster_room name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(muster_${name} STATIC ${sources})
  target_link_libraries(muster_${name} PUBLIC muster_flags)
  muster_together(muster_${name})
endfunction()
