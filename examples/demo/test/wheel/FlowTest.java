package wheel;

final class FlowTest {
  public static void main(String[] args) {
    try {
      new Wheel().pour(-1);
      throw new AssertionError("water flows uphill");
    } catch (IllegalArgumentException expected) {
      System.out.println("1 test of flow: all fine");
    }
  }
}
